"""The served models against others: `make bench ARGS="inference"`."""
