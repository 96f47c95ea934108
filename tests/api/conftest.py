"""An API client."""

import pytest


@pytest.fixture
def get(client):
    """Return the JSON of a path beneath /api/v1/, after checking its status and headers."""

    def get(path, status=200, **headers):
        response = client.get(f"/api/v1/{path}", headers=headers)
        assert response.status_code == status, response.content
        assert response["Content-Type"].startswith("application/json")
        assert response["Access-Control-Allow-Origin"] == "*"
        return response.json()

    return get
