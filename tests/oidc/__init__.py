"""Single sign-on, tried against a real provider: django-allauth's own, in a second Django process over real HTTP."""
