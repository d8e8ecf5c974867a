"""Courses, exercises, manuals and cautions: what people learn before the next failure, as functions of values."""
