//! All tests that run the program.
