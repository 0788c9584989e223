"""Attacks that once came through, or nearly did; each stays as a test."""
