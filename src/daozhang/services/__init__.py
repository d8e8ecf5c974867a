"""What surrounds getting paid: what an offer really costs, whether it can be trusted, how a business is handled (业务办理)."""
