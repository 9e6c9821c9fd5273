"""Pictures: values in, a PNG out; what people upload is drawn anew and never passed on."""
