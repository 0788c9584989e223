"""x"""
def open_referrals(body): return []
