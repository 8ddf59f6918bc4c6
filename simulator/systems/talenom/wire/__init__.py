"""What Talenom answers: checks a request, books what it asks for, and writes the answer."""
