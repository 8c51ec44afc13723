"""NVIDIA's energy counter, read as docs/energy.md says: between two of its steps, less the card at rest.   usage: gpu_nvml.py

Alone it says what NVML answers here: one JSON object. By ctypes and not through a package: a stub in its place (LD_LIBRARY_PATH) is enough
to rehearse with.
"""
import ctypes
import json
import statistics
import sys
import time

INSTANT_POWER = 186


class Field(ctypes.Structure):
    """nvmlFieldValue_t."""
    _fields_ = [
        ("field", ctypes.c_uint), ("scope", ctypes.c_uint), ("timestamp", ctypes.c_longlong), ("latency", ctypes.c_longlong),
        ("type", ctypes.c_uint), ("status", ctypes.c_int), ("value", ctypes.c_ulonglong),
    ]


class Card:
    def __init__(self, uuid=None):
        """uuid: "GPU-…"; the first card without it."""
        self.nvml = ctypes.CDLL("libnvidia-ml.so.1")
        self._call("nvmlInit_v2")
        self.handle = ctypes.c_void_p()
        if uuid:
            self._call("nvmlDeviceGetHandleByUUID", uuid.encode(), ctypes.byref(self.handle))
        else:
            self._call("nvmlDeviceGetHandleByIndex_v2", 0, ctypes.byref(self.handle))

    def _call(self, name, *arguments):
        status = getattr(self.nvml, name)(*arguments)
        if status:
            raise OSError(f"{name}: status {status}")

    def _text(self, name):
        text = ctypes.create_string_buffer(96)
        self._call(name, self.handle, text, 96)
        return text.value.decode()

    def joules(self):
        """The counter: since the driver was loaded."""
        millijoules = ctypes.c_ulonglong()
        self._call("nvmlDeviceGetTotalEnergyConsumption", self.handle, ctypes.byref(millijoules))
        return millijoules.value / 1e3

    def watts(self):
        """Of now: field 186."""
        field = Field(field=INSTANT_POWER)
        self._call("nvmlDeviceGetFieldValues", self.handle, 1, ctypes.byref(field))
        if field.status:
            raise OSError(f"field {INSTANT_POWER}: status {field.status}")
        return (field.value & 0xFFFFFFFF) / 1e3

    def step(self):
        """Waits for the counter to move. (monotonic seconds, joules)"""
        before, until = self.joules(), time.monotonic() + 2
        while time.monotonic() < until:
            now = self.joules()
            if now != before:
                return time.monotonic(), now
            time.sleep(0.001)
        raise OSError("the counter did not move for two seconds")

    def rest(self, seconds=3.0):
        """Watts at rest: of the last two thirds, as a card takes a while to calm down."""
        time.sleep(seconds / 3)
        began, first = self.step()
        time.sleep(seconds * 2 / 3)
        ended, last = self.step()
        return (last - first) / (ended - began)

    def window(self, work, seconds=5.0):
        """work() again and again for so long; it says how many tokens that was. Joules are of a token."""
        idle = self.rest()
        began, first = self.step()
        tokens = 0
        while time.monotonic() - began < seconds:
            tokens += work()
        worked = time.monotonic() - began
        ended, last = self.step()
        gross, net = last - first, last - first - idle * (ended - began)
        return {"tokens": tokens, "seconds": worked, "joulesPerToken": net / tokens, "grossJoulesPerToken": gross / tokens,
                "watts": gross / (ended - began), "idleWatts": idle, "label": "measured-counter"}

    def survey(self):
        found = {"name": self._text("nvmlDeviceGetName"), "uuid": self._text("nvmlDeviceGetUUID")}
        for name, ask in ("instantWatts", self.watts), ("counterJoules", self.joules), ("counterPeriodMs", self._period), ("counterCallUs", self._cost):
            try:
                found[name] = ask()
            except (OSError, AttributeError) as refusal:
                found[name] = str(refusal)
        return found

    def _period(self):
        steps = [self.step()[0] for _ in range(12)]
        return statistics.median(b - a for a, b in zip(steps, steps[1:])) * 1e3

    def _cost(self):
        began = time.monotonic()
        for _ in range(100):
            self.joules()
        return (time.monotonic() - began) * 1e4


if __name__ == "__main__":
    try:
        print(json.dumps(Card(*sys.argv[1:2]).survey()))
    except (OSError, AttributeError) as refusal:
        print(json.dumps({"missing": str(refusal)}))
