/**
 * A scriptable model provider for samples and tests: it speaks OpenAI Chat Completions and
 * Anthropic Messages, counts what it bills, and fails on demand. It knows nothing of the product in
 * front of it.
 *
 * <p>{@code ProviderServer -> CallReader -> Script -> AnswerComposer -> OpenAi | Anthropic ->
 * UnaryReply | StreamReply}. Everything of one call runs on the event loop of its connection.
 */
package io.tidegate.provider;
