"""Runs the product on one machine: PostgreSQL, Valkey and its own processes.

Imports nothing else of the project: it makes what the settings need.
"""
