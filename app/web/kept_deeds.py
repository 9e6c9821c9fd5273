"""What sending a staff form does, in words: nobody sends something again that has no name."""

#: Forms in which people type; they may be kept when a session runs out.
TYPED = {
    "admin.addresses": "Save a location's addresses",
    "admin.closures": "Save when a location is shut",
    "admin.guidance": "Save a guidance plan",
    "admin.location": "Save a location",
    "admin.new_guidance": "Add a guidance plan",
    "admin.new_location": "Add a location",
    "admin.new_room": "Add a room",
    "admin.new_service": "Add a service",
    "admin.new_therapist": "Add a therapist",
    "admin.opening_hours": "Save a location's opening hours",
    "admin.practice": "Save the practice's name, texts and rules",
    "admin.room": "Save a room",
    "admin.service": "Save a service",
    "admin.techniques": "Save the techniques",
    "admin.therapist": "Save a therapist",
    "admin.variants": "Save a service's durations and prices",
    "availability.time_off": "Enter time off",
    "availability.week": "Save a therapist's weekly hours",
    "clients.save": "Save a client's details",
    "clients.save_preferences": "Save a client's preferences",
    "clients.write_note": "Keep a note about a client",
    "feeds.add": "Make a calendar address",
    "schedule.cancel": "Cancel an appointment",
    "schedule.move": "Move an appointment",
    "schedule.repeat": "Book an appointment's repeats",
    "schedule.save_booking": "Go on with a booking",
}
#: Mere clicks: made again in a moment, and never kept.
CLICKS = {
    "admin.bring_thing_back": "Bring something into use",
    "admin.retire_thing": "Take something out of use",
    "audit.check": "Check the log",
    "availability.give_back": "Remove time off",
    "clients.block": "Block a client from booking online",
    "clients.intake": "Open a client's intake form",
    "clients.merge": "Merge two clients",
    "clients.preferences": "Open a client's preferences",
    "clients.treatment_notes": "Open a client's treatment notes",
    "clients.unblock": "Let a client book online again",
    "clients.undo_merge": "Take a merge back",
    "feeds.end": "End a calendar address",
    "messages.again": "Send a message again",
    "messages.as_sent": "Open a message as it was sent",
    "messages.called": "Note that a client was called",
    "messages.open_copy": "Open a message as it was sent",
    "schedule.accept": "Accept a request",
    "schedule.check_in": "Open what a client answered",
    "schedule.day_sheet_opened": "Open the day sheet with preferences",
    "schedule.decline": "Decline a request",
    "schedule.lateness": "Note minutes late",
    "schedule.mark": "Mark an appointment",
    "schedule.mark_on_day": "Mark an appointment",
    "schedule.note": "Open a note to the therapist",
    "schedule.override_reason": "Open why a rule was set aside",
    "schedule.reason": "Open a client's reason",
    "schedule.send_again": "Send a message again",
    "schedule.settle_task": "Note a task as done",
    "schedule.swap": "Swap two appointments",
    "schedule.undo": "Take the last mark back",
}


def deed_of(endpoint: str) -> str:
    """What it does, as a button would say it."""
    return TYPED.get(endpoint) or CLICKS.get(endpoint) or "Send a form"
