"""``python -m benchmarks.peer.fill FIRST_DAY``: migrates the project's database and fills it with clinic-60."""

import sys
from datetime import date, time, timedelta

import django  # type: ignore[import-not-found]

django.setup()

from appointment.models import (  # type: ignore[import-not-found]  # noqa: E402 - after the settings
    Appointment,
    AppointmentRequest,
    Config,
    Service,
    StaffMember,
    WorkingHours,
)
from django.contrib.auth.models import User  # type: ignore[import-not-found]  # noqa: E402
from django.core.management import call_command  # type: ignore[import-not-found]  # noqa: E402

from benchmarks.clinic import CLIENTS, CLOSES, MINUTES, OPENS, PEOPLE, SERVICES, STEP, ZONE, Clinic  # noqa: E402


def main() -> None:
    """Numbers are the same as in Stillpoint's copy: therapist 3 is staff member 3."""
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # the package brings no migrations of its own
    Config.objects.create(
        slot_duration=STEP,
        lead_time=time(OPENS),
        finish_time=time(CLOSES),
        appointment_buffer_time=0,
        website_name="Clinic of the benchmarks",
        default_to_service_duration=True,
    )
    hour = timedelta(minutes=MINUTES)
    services = [
        Service.objects.create(name=f"Session {number}", duration=hour, price=95, currency="CAD")
        for number in range(1, SERVICES + 1)
    ]
    staff = [_staff_member(number, services) for number in range(1, PEOPLE + 1)]
    clients = [User(username=f"client-{n}", email=f"client-{n}@example.com") for n in range(1, CLIENTS + 1)]
    User.objects.bulk_create(clients)
    _book(Clinic("clinic-60", date.fromisoformat(sys.argv[1])), services, staff, clients)


def _staff_member(number: int, services: list[Service]) -> StaffMember:
    user = User.objects.create_user(f"therapist-{number}", f"therapist-{number}@example.com")
    user.first_name = f"Therapist {number}"
    user.save()
    member = StaffMember.objects.create(user=user, slot_duration=STEP, appointment_buffer_time=0)
    member.services_offered.set(services)
    for weekday in range(1, 6):  # Sunday is 0 there
        hours = {"start_time": time(OPENS), "end_time": time(CLOSES)}
        WorkingHours.objects.create(staff_member=member, day_of_week=weekday, **hours)
    return member


def _book(clinic: Clinic, services: list[Service], staff: list[StaffMember], clients: list[User]) -> None:
    """Everything that keeps its time; what was cancelled is deleted there."""
    requests, appointments = [], []
    for number, visit in enumerate(clinic.visits(), 1):
        if visit.state == "cancelled":
            continue
        begins = visit.starts_at.astimezone(ZONE)
        request = AppointmentRequest(
            date=begins.date(),
            start_time=begins.time(),
            end_time=(begins + timedelta(minutes=MINUTES)).time(),
            service=services[visit.service - 1],
            staff_member=staff[visit.therapist - 1],
            id_request=f"bench-{number}",
        )
        requests.append(request)
        client = clients[visit.client - 1]
        appointments.append(
            Appointment(
                client=client, appointment_request=request, phone="+19025550100", id_request=f"bench-{number}"
            )
        )
    AppointmentRequest.objects.bulk_create(requests)
    Appointment.objects.bulk_create(appointments)


if __name__ == "__main__":
    main()
