"""What others look at: renderings of stories for people and programs."""
