"""The addresses of training at the desk, subject by subject."""

from academy.web.desk import (
    academies,
    class_accounts,
    class_attendance,
    class_completion,
    class_marks,
    class_people,
    class_roster,
    class_timetable,
    classes,
    mentors,
    training_programmes,
    wall,
)

urlpatterns = [
    *academies.urlpatterns,
    *mentors.urlpatterns,
    *training_programmes.urlpatterns,
    *classes.urlpatterns,
    *class_timetable.urlpatterns,
    *class_people.urlpatterns,
    *class_roster.urlpatterns,
    *class_attendance.urlpatterns,
    *class_marks.urlpatterns,
    *class_completion.urlpatterns,
    *class_accounts.urlpatterns,
    *wall.urlpatterns,
]
