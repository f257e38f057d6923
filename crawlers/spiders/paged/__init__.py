"""What comes page by page as pictures: comics, previews of documents, and the files of both."""
