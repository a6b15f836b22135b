import {admitPaidCall, admitToWindow} from './admission.ts';
import {canonicalJson} from './canonical-json.ts';
import type {Exchange} from './exchange.ts';
import {asAnswerFault, asWireFault, chooseFault} from './fault.ts';
import {checkBody} from './model-body.ts';
import type {ModelRoute} from './model-route.ts';
import type {Arrival} from './random.ts';
import {arrivalId, hashText, randomFor} from './random.ts';
import {readJsonBody} from './read-body.ts';
import {sendError, sendText} from './reply.ts';
import type {SimulatorScript} from './script.ts';
import {usageOf} from './usage.ts';
import {playWireFault} from './wire-fault.ts';

/**
 * One direct call: what is wrong with the request or the account is said first and costs no arrival, so that faults
 * and answers do not depend on how often a limit was in the way.
 */
export async function serveModelCall(route: ModelRoute, exchange: Exchange): Promise<void> {
	const {simulator, response, notes} = exchange;
	const {script, window} = simulator;
	const read = await readJsonBody(exchange.request);
	if (read.kind === 'gone') {
		return;
	}

	if (read.kind === 'bad') {
		sendError(response, read.error);
		return;
	}

	const {body} = read;
	notes.body = body;
	const promptTokens = checkBody(route, body);
	if (typeof promptTokens !== 'number') {
		sendError(response, promptTokens);
		return;
	}

	const unpaid = admitPaidCall(simulator);
	if (unpaid) {
		sendError(response, unpaid);
		return;
	}

	const nowMs = performance.now();
	const refusal = admitToWindow(simulator, promptTokens, nowMs);
	if (refusal) {
		sendError(response, refusal.error, refusal.headers);
		return;
	}

	const text = canonicalJson(body);
	const hash = hashText(text, script.seed);
	const arrival: Arrival = {seed: script.seed, hash, count: simulator.counts.add(hash)};
	const fault = chooseFault(script, arrival, text);
	notes.attempt = arrival.count;
	notes.fault = fault;
	const answer = route.answer({
		body,
		arrival,
		promptTokens,
		fault: asAnswerFault(fault),
		packs: script.packs,
	});
	const wireFault = asWireFault(fault);
	if (!wireFault) {
		window.charge(usageOf(answer).output, nowMs);
	}

	const latencyMs = drawLatencyMs(script, arrival);
	if (latencyMs > 0) {
		await delay(latencyMs);
	}

	const reply = JSON.stringify(answer);
	const headers = {'x-request-id': `req_${arrivalId(arrival)}`, ...window.headers(performance.now())};
	if (wireFault) {
		playWireFault(response, {fault: wireFault, arrival, script, text: reply, headers});
	} else {
		sendText(response, 200, reply, headers);
	}
}

function drawLatencyMs({latencyMs: {min, max}}: SimulatorScript, arrival: Arrival): number {
	return max === 0 ? 0 : min + (max - min) * randomFor(arrival, 'latency')();
}

/** Does not keep the process alive: a server that is closed owes no answer. */
function delay(delayMs: number): Promise<void> {
	return new Promise(resolve => {
		setTimeout(resolve, delayMs).unref();
	});
}
