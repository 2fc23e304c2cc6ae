"""Starts Sail on a port of the loopback; 0 stands for a free one. Prints the port, and runs until it is ended."""

import sys
import threading

from pysail.spark import SparkConnectServer

server = SparkConnectServer("127.0.0.1", int(sys.argv[1]))
server.start(background=True)
print(server.listening_address[1], flush=True)
threading.Event().wait()
