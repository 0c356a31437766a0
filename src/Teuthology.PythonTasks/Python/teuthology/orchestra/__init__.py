"""Machines and what runs there."""
