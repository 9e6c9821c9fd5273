"""What is done without anybody clicking, on Huey."""
