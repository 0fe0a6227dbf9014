"""The page to read and try the API: Swagger UI, which the web app's build brings, over our own documents."""

from __future__ import annotations

import json

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rostrum API</title>
<link rel="stylesheet" href="/assets/swagger-ui/swagger-ui.css">
</head>
<body>
<main id="docs"><noscript>The documents themselves: %(links)s</noscript></main>
<script src="/assets/swagger-ui/swagger-ui-bundle.js"></script>
<script src="/assets/swagger-ui/swagger-ui-standalone-preset.js"></script>
<script>
SwaggerUIBundle({
  urls: %(urls)s, "urls.primaryName": %(newest)s, dom_id: "#docs", deepLinking: true, docExpansion: "list",
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset], layout: "StandaloneLayout",
});
</script>
</body>
</html>
"""


def html(versions: list[str]) -> str:
    """The page with a choice of these versions, the newest of the API first."""
    ordered = [version for version in reversed(versions) if version != "web"] + ["web"]
    urls = [{"name": version, "url": f"/api/{version}/openapi.json"} for version in ordered]
    links = " ".join(f'<a href="{url["url"]}">{url["name"]}</a>' for url in urls)
    return _PAGE % {"urls": json.dumps(urls), "newest": json.dumps(ordered[0]), "links": links}
