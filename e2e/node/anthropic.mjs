// The official Anthropic SDK for Node, set up by ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY alone.
import Anthropic from "@anthropic-ai/sdk";
import { randomUUID } from "node:crypto";
import { require, run } from "./scenarios.mjs";

const client = new Anthropic();
const ask = (model, content, more = {}) => ({
  model,
  max_tokens: 200,
  messages: [{ role: "user", content }],
  ...more,
});
const text = (message) => message.content.map((block) => block.text ?? "").join("");

const weather = {
  name: "get_weather",
  description: "Weather of a city",
  input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

await run({
  async unary() {
    const nonce = randomUUID();
    const answer = await client.messages.create(ask("claude-small", `echo ${nonce}`));
    require(text(answer).includes(nonce), `does not speak of the question: ${text(answer)}`);
    require(answer.usage.output_tokens > 0, "no usage");
    require(answer._request_id, "request-id is lost");
    return text(answer);
  },
  async "count tokens"() {
    const { input_tokens } = await client.messages.countTokens({
      model: "claude-small",
      messages: [{ role: "user", content: "how long is this?" }],
    });
    require(input_tokens > 0, "no count");
    return `${input_tokens} tokens`;
  },
  async "beta query survives"() {
    const answer = await client.beta.messages.create(ask("claude-small", "hello", { betas: ["files-api-2025-04-14"] }));
    require(text(answer), "no answer");
    return text(answer);
  },
  async stream() {
    const nonce = randomUUID();
    const message = await client.messages.stream(ask("claude-small", `echo ${nonce}`)).finalMessage();
    require(text(message).includes(nonce), `does not speak of the question: ${text(message)}`);
    require(message.usage.output_tokens > 0, "no usage");
    return text(message);
  },
  async "tool round trip"() {
    const params = ask("claude-small", "How is the weather in Bergen?", { tools: [weather] });
    const first = await client.messages.create(params);
    const use = first.content.find((block) => block.type === "tool_use");
    require(use, `no tool use: ${JSON.stringify(first.content)}`);
    params.messages.push(
      { role: "assistant", content: first.content },
      { role: "user", content: [{ type: "tool_result", tool_use_id: use.id, content: '{"celsius": 7}' }] },
    );
    const answer = text(await client.messages.create(params));
    require(answer.includes("celsius"), `the tool's result did not arrive: ${answer}`);
    return answer;
  },
  async "provider error"() {
    try {
      await client.messages.create(ask("claude-broken", "hello"));
    } catch (e) {
      require(e instanceof Anthropic.BadRequestError, `${e.constructor.name}: ${e.message}`);
      return e.message;
    }
    throw new Error("the provider's error did not arrive");
  },
  async "budget refusal"() {
    try {
      await client.messages.create(ask("claude-costly", "hello"));
    } catch (e) {
      require(e instanceof Anthropic.RateLimitError, `${e.constructor.name}: ${e.message}`);
      require(e.message.includes("TenantBudget"), `does not name the budget: ${e.message}`);
      return e.message;
    }
    throw new Error("the budget did not refuse");
  },
  async fallback() {
    return text(await client.messages.create(ask("claude-fragile", "hello")));
  },
  async "cancel in mid-stream"() {
    const stream = await client.messages.create(ask("claude-slow", "count for a long time", { stream: true }));
    for await (const event of stream) {
      require(event.type === "message_start", `first event is ${event.type}`);
      break;
    }
    return "closed after the first event";
  },
});
