"""What an administrator deploys: the image and the compose file, read and (as plain processes) run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

TOP = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((TOP / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (TOP / "Dockerfile").read_text()


def test_every_part_is_there():
    assert set(SERVICES) == {"migrate", "web", "worker", "scheduler", "database", "redis", "cache", "proxy"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_a_service_says_when_it_is_healthy_and_comes_back(name):
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "worker", "scheduler"])
def test_ours_start_after_the_one_migration_and_may_do_little(name):
    service = SERVICES[name]
    assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", ["database", "redis", "cache", "proxy"])
def test_the_others_may_do_as_little_as_they_can(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert name in {"database", "proxy"} or (service["user"], service["cap_drop"]) == ("redis", ["ALL"])


def test_the_proxy_follows_a_web_that_was_made_anew():
    assert SERVICES["proxy"]["depends_on"]["web"] == {"condition": "service_healthy", "restart": True}


def test_the_migration_runs_once():
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["migrate"]["command"] == ["python", "manage.py", "prepare"]


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_messages_are_kept_and_the_cache_may_forget():
    assert "noeviction" in SERVICES["redis"]["command"] and "--appendonly" in SERVICES["redis"]["command"]
    assert "allkeys-lru" in SERVICES["cache"]["command"]


def test_no_secret_is_written_down():
    text = (TOP / "docker-compose.yml").read_text() + (TOP / ".env.example").read_text()
    for name in ("SECRET_KEY", "AUDIT_KEY", "POSTGRES_PASSWORD", "EMAIL_HOST_PASSWORD"):
        for value in re.findall(rf"^\s*{name}[:=][ \t]*(.*)$", text, flags=re.M):
            assert value == "" or value.startswith("${")


def test_every_variable_of_the_compose_file_is_explained():
    explained = set(re.findall(r"^#?([A-Z_]+)=", (TOP / ".env.example").read_text(), flags=re.M))
    asked = set(re.findall(r"\$\{(\w+)", (TOP / "docker-compose.yml").read_text()))
    assert asked - explained <= {"HTTP_PORT", "HTTPS_PORT", "LOG_LEVEL"}


def test_every_variable_that_settings_read_is_explained():
    text = (TOP / ".env.example").read_text()
    for name in ("settings.py", "environment.py", "web.py"):
        source = (TOP / "interpol_strategy" / name).read_text()
        for asked in re.findall(r"(?:ENVIRON|environ)(?:\.get\(|, |\[)\"([A-Z_]+)\"", source):
            if asked not in {"FORWARDED_ALLOW_IPS"}:
                assert asked in text, asked


def test_the_image_is_built_from_the_lock_and_runs_as_nobody_in_particular():
    assert "--require-hashes" in DOCKERFILE and "requirements/base.txt" in DOCKERFILE
    last = DOCKERFILE.rsplit("FROM ", 1)[1]
    assert "USER strategy" in last and "collectstatic" not in last
    assert DOCKERFILE.count("FROM python:") == 2


def test_images_are_of_a_named_version():
    for service in SERVICES.values():
        assert re.search(r":(\d|local)", service["image"]), service["image"]


@pytest.mark.drill
def test_the_compose_file_comes_up_as_plain_processes():
    done = subprocess.run([sys.executable, "deploy/drill.py"], cwd=TOP, capture_output=True, text=True, timeout=400)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything came up" in done.stdout
