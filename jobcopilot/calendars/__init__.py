"""Every round in the person's calendars: iCalendar files, CalDAV and Google, by one outbox."""
