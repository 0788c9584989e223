"""Pages of the incidents app: intake, cases, people, the police queue and its acts."""
