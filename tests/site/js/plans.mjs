/** Plans interviews from the bank and the cases on the standard input. */
import { text } from "node:stream/consumers";

import { plan } from "../../../docs/assets/js/practice/mock.js";

const { bank, cases } = JSON.parse(await text(process.stdin));
const plans = await Promise.all(
  cases.map(async ([minutes, seed, topics]) =>
    (await plan(bank, minutes, topics, seed)).map(({ id }) => id),
  ),
);
console.log(JSON.stringify(plans));
