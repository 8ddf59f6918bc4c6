"""Judging a client: strategies that make documents, mistakes and stories, and machines that try a client with them."""
