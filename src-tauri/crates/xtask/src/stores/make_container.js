// Makes a container in Azurite, which refuses what is not signed.
// Arguments: the port, the account, its key, and the name of the container.

const { createHmac } = require("node:crypto");
const { request } = require("node:http");

const [port, account, key, container] = process.argv.slice(2);
const path = `/${account}/${container}`;
const date = new Date().toUTCString();
const version = "2023-11-03";
// Twelve standard headers, none of which is sent, are empty lines.
const signed =
  `PUT${"\n".repeat(12)}x-ms-date:${date}\nx-ms-version:${version}\n` +
  `/${account}${path}\nrestype:container`;
const signature = createHmac("sha256", Buffer.from(key, "base64")).update(signed).digest("base64");
const headers = {
  "Content-Length": 0,
  "x-ms-date": date,
  "x-ms-version": version,
  Authorization: `SharedKey ${account}:${signature}`,
};
const options = {
  host: "127.0.0.1",
  port,
  method: "PUT",
  path: `${path}?restype=container`,
  headers,
};
const made = request(options, (response) => {
  response.resume();
  if (response.statusCode !== 201) {
    console.error(`no container was made: ${response.statusCode} ${response.statusMessage}`);
    process.exitCode = 1;
  }
});
made.on("error", (error) => {
  console.error(`no container was made: ${error.message}`);
  process.exitCode = 1;
});
made.end();
