// The official openai SDK for Node, set up by OPENAI_BASE_URL and OPENAI_API_KEY alone.
import OpenAI from "openai";
import { randomUUID } from "node:crypto";
import { require, run } from "./scenarios.mjs";

const client = new OpenAI();
const ask = (model, content, more = {}) => ({ model, messages: [{ role: "user", content }], ...more });

const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

await run({
  async models() {
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    require(ids.includes("small"), `no model 'small' in ${ids}`);
    return ids.join();
  },
  async unary() {
    const nonce = randomUUID();
    const answer = await client.chat.completions.create(ask("small", `echo ${nonce}`));
    require(answer.choices[0].message.content.includes(nonce), "does not speak of the question");
    require(answer.usage.completion_tokens > 0, "no usage");
    require(answer._request_id, "x-request-id is lost");
    return answer.choices[0].message.content;
  },
  async stream() {
    const nonce = randomUUID();
    let text = "";
    let chunks = 0;
    for await (const chunk of await client.chat.completions.create(ask("small", `echo ${nonce}`, { stream: true }))) {
      require(!chunk.usage, "a usage chunk that nobody asked for");
      text += chunk.choices[0]?.delta?.content ?? "";
      chunks++;
    }
    require(text.includes(nonce), `does not speak of the question: ${text}`);
    return `${chunks} chunks`;
  },
  async "stream with usage"() {
    let output = 0;
    const params = ask("small", "hello", { stream: true, stream_options: { include_usage: true } });
    for await (const chunk of await client.chat.completions.create(params)) {
      output = Math.max(output, chunk.usage?.completion_tokens ?? 0);
    }
    require(output > 0, "no usage though asked for");
    return `${output} tokens`;
  },
  async "tool round trip"() {
    const params = ask("small", "How is the weather in Bergen?", { tools: [weather] });
    const { message } = (await client.chat.completions.create(params)).choices[0];
    require(message.tool_calls?.length === 1, `tool calls: ${JSON.stringify(message)}`);
    params.messages.push(message, {
      role: "tool",
      tool_call_id: message.tool_calls[0].id,
      content: '{"celsius": 7}',
    });
    const text = (await client.chat.completions.create(params)).choices[0].message.content;
    require(text.includes("celsius"), `the tool's result did not arrive: ${text}`);
    return text;
  },
  async "structured output"() {
    const schema = {
      type: "object",
      properties: { title: { type: "string" }, severity: { type: "integer" } },
      required: ["title", "severity"],
      additionalProperties: false,
    };
    const answer = await client.chat.completions.parse(
      ask("small", "a ticket, please", {
        response_format: { type: "json_schema", json_schema: { name: "ticket", schema, strict: true } },
      }),
    );
    const ticket = answer.choices[0].message.parsed ?? JSON.parse(answer.choices[0].message.content);
    require(typeof ticket.title === "string" && Number.isInteger(ticket.severity), JSON.stringify(ticket));
    return JSON.stringify(ticket);
  },
  async "provider error"() {
    try {
      await client.chat.completions.create(ask("broken", "hello"));
    } catch (e) {
      require(e instanceof OpenAI.BadRequestError, `${e.constructor.name}: ${e.message}`);
      require(!e.message.includes("tidegate_"), "not the provider's own error");
      return e.message;
    }
    throw new Error("the provider's error did not arrive");
  },
  async "budget refusal"() {
    try {
      await client.chat.completions.create(ask("costly", "hello"));
    } catch (e) {
      require(e instanceof OpenAI.RateLimitError, `${e.constructor.name}: ${e.message}`);
      require(e.message.includes("TenantBudget"), `does not name the budget: ${e.message}`);
      return e.message;
    }
    throw new Error("the budget did not refuse");
  },
  async fallback() {
    const answer = await client.chat.completions.create(ask("fragile", "hello"));
    require(answer.choices[0].message.content, "no answer");
    return answer.model;
  },
  async "cancel in mid-stream"() {
    const stream = await client.chat.completions.create(ask("slow", "count for a long time", { stream: true }));
    for await (const chunk of stream) {
      require(chunk.choices, "no first chunk");
      break;
    }
    return "closed after the first chunk";
  },
});
