"""One module for each target: its table of operations, its helpers, how it lays a function out."""
