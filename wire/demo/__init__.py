"""A sample newswire day in invented text, the loopback server that replays it, and what it promises: docs/demo.md.

::

    day ◀── day/*.toml        dress ─▶ render ─▶ server ◀── HTTP ── the real poller ─▶ database
                                                                                          │
    screen ◀── promises ◀── found ◀───────────────────────── the views, beside the truth ─┘
"""
