"""What no package ships is made: films, songs, programs, comics and standards, of what one does."""
