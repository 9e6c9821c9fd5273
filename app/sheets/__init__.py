"""Paper: values in, a PDF out; never queries."""
