"""Accounts and posts: who holds which post until when, what two people decide about them, what goes over when somebody leaves."""
