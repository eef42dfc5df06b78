"""All drivers by name: the built-in ones, and what installed packages offer in entry point group `maskqms.drivers`.

An entry point names a `Driver`. It cannot take the name of a built-in driver: what a reading says it was read by holds.
"""

from functools import cache
from importlib.metadata import entry_points

from maskqms.devices.drivers import delimited, mt_sics, scanner, st_us
from maskqms.devices.drivers.contract import Driver

GROUP = "maskqms.drivers"
BUILT_IN: tuple[Driver, ...] = (mt_sics.DRIVER, st_us.DRIVER, scanner.DRIVER, delimited.DRIVER)


@cache
def drivers() -> dict[str, Driver]:
    """Every driver this installation has."""
    known = {driver.name: driver for driver in BUILT_IN}
    for point in entry_points(group=GROUP):
        driver = point.load()
        if not isinstance(driver, Driver):
            raise TypeError(f"entry point {point.name} of {GROUP} is no Driver: {point.value}")
        if driver.name in known:
            raise ValueError(f"driver {driver.name} of {point.value} is already there")
        known[driver.name] = driver
    return known
