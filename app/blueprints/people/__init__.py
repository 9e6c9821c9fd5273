"""Who works here: members, their roles and browsers, invitations."""
