"""The API's verbs as the parts of a cluster call them: in the process or over HTTPS, with informers and events."""
