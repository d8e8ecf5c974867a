# Fluent catalogue
