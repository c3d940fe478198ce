// Orders a number with Temporal's client alone: starts the order, decides, corrects and awaits it.
//
//   TEMPORAL_ADDRESS=127.0.0.1:7233 node order.mjs LOCATION_ID DOCUMENT BETTER_DOCUMENT
//
// A document is the reference that `number-orders document put` prints. What TENIOS decided comes
// from the standard input: a `Decision` in each line. Prints the result, and how an order under
// another location's id was refused, as JSON.

import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import { defineSearchAttributeKey } from "@temporalio/common";

const [locationId, ...documents] = process.argv.slice(2);
const [document, betterDocument] = documents.map((text) => JSON.parse(text));
const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();

async function decisionOfTenios() {
  return JSON.parse((await lines.next()).value);
}

// From here to the result it stands in docs/messages.md, too.
const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS });
const client = new Client({ connection });
const address = { city: "Köln", zip: "50667", street: "Domkloster", house_number: "4" };
const start = {
  workflowId: `number-order:${locationId}`,
  workflowIdReusePolicy: "REJECT_DUPLICATE",
  taskQueue: "number-orders",
  args: [{ location_id: locationId, address, area_code: "221", batch_id: "spring", ...document }],
};
const order = await client.workflow.start("NumberOrder", start);

const orderStatus = defineSearchAttributeKey("OrderStatus", "KEYWORD");
async function until(status) {
  while ((await order.describe()).typedSearchAttributes.get(orderStatus) !== status) {
    await setTimeout(200); // milliseconds
  }
}

await until("awaiting_approval");
console.error((await order.query("status")).waits_for);
await order.signal("verification_decided", await decisionOfTenios()); // a rejection
await until("rejected");
await order.executeUpdate("resubmit", { args: [{ corrected_by: "ann", ...betterDocument }] });
await until("awaiting_approval");
await order.signal("verification_decided", await decisionOfTenios()); // an approval
const result = await order.result(); // after days
// Up to here.

const refused = await client.workflow
  .execute("NumberOrder", { ...start, workflowId: `${start.workflowId}-copy` })
  .catch((failed) => failed.cause);
console.log(JSON.stringify({ result, refused: { type: refused.type, message: refused.message } }));
input.close();
await connection.close();
