"""Music and films: players, playlists, streams."""
