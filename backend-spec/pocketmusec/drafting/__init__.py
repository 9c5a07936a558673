"""First drafts of lessons from chosen standards: by a template, or by a language model where the teacher has set one up."""
