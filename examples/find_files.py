import os


def find(folder):
    for name in os.listdir(folder):
        path =
