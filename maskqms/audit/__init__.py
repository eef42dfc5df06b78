"""The trail that no one can rewrite: every act, every refusal, every changed row, sealed within about a second."""
