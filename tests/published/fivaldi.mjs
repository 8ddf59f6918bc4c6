// Drives the published npm client `fivaldi-api`, unchanged but for the host that it sends to.
//
// The client writes its host into every call and has no option for it. All its calls go through the axios that it
// loads, so an interceptor of that axios puts another host in: after the client has signed, and its signature does
// not cover the host. A call may be any method of the client, `request` (its general signer) included.
import { createRequire } from "node:module";
import { join } from "node:path";
import { drive } from "./drive.mjs";

const HOST = "https://api.fivaldi.net";

await drive(({ modules, baseUrl, credentials }) => {
  const require = createRequire(join(modules, "fivaldi-api", "package.json"));
  const axios = require("axios");
  axios.interceptors.request.use((config) => {
    if (!config.url.startsWith(HOST + "/")) {
      throw new Error(`fivaldi-api called ${config.url}, which is not below ${HOST}: look at its new version`);
    }
    return { ...config, url: baseUrl + config.url.slice(HOST.length), proxy: false };
  });
  const { Fivaldi } = require("fivaldi-api");
  return new Fivaldi(credentials.clientIdentifier, credentials.clientSecret, credentials.fivaldiPartner);
});
