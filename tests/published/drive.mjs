// What every driver of a published npm client does: a task comes in on stdin, its calls are made one after the
// other, and what each gave or threw goes out on stdout.
//
// In:  {"modules": "…/node_modules", "baseUrl": "http://…", "credentials": {…},
//       "calls": [{"call": "method", "args": […]}, …]}
// Out: {"results": [{"call": "method", "value": …}, {"call": "method", "error": {"message", "status", "data"}}, …]}
import { readFileSync } from "node:fs";

/** The error of axios, of got and of fetch, in one shape. */
function told(error) {
  const response = error?.response;
  return {
    message: String(error?.message ?? error),
    status: response?.status ?? response?.statusCode ?? null,
    data: response?.data ?? response?.body ?? null,
  };
}

/** Runs the task on the client that `connect` makes of it; a call that the client does not have is no result. */
export async function drive(connect) {
  const task = JSON.parse(readFileSync(0, "utf8"));
  const client = await connect(task);
  const results = [];
  for (const { call, args = [] } of task.calls) {
    if (typeof client[call] !== "function") {
      throw new Error(`the client has no method ${JSON.stringify(call)}`);
    }
    try {
      results.push({ call, value: (await client[call](...args)) ?? null });
    } catch (error) {
      results.push({ call, error: told(error) });
    }
  }
  process.stdout.write(JSON.stringify({ results }));
}
