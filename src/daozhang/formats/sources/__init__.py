"""formats.sources"""
