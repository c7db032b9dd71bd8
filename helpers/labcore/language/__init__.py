"""The reader's language: which it is, the catalogue of messages, widths of text.

Text that comes from elsewhere passes `untrusted` on its way to a page or a terminal.
"""
