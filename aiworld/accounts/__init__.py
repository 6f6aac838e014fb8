"""Accounts, where django-allauth leaves a choice to us."""
