import type {AddedRequest, AnswerAccepted, RequestAdded} from './added-event.ts';
import {parseJson} from './verdict.ts';

/*
 * Lines of the journal with a body that is no answer:
 *
 *     {"type":"request-added","at":…,"index":9,"queue":0,"stage":"task","parent":null,"id":"a","r":{"body":{…},…}}
 *     {"type":"answer-accepted","at":…,"index":9,"queue":0,"lane":"direct","previous":1234,"r":{"value":…}}
 */

export function splitAdded({request, ...head}: RequestAdded): {readonly head: string; readonly body: string} {
	const {id: _, ...body} = request!;
	return {head: JSON.stringify(head), body: JSON.stringify(body)};
}

export function splitAccepted({value, ...head}: AnswerAccepted): {
	readonly head: string;
	readonly body: string;
} {
	return {head: JSON.stringify(head), body: JSON.stringify({value})};
}

/** `body`: what stands after the mark, or null where it was not read. Null when the line is damaged. */
export function joinAdded(head: object, body: string | null): RequestAdded | null {
	const event = head as Omit<RequestAdded, 'request'>;
	if (body === null) {
		return {...event, request: null};
	}

	const request = parseJson(body) as Omit<AddedRequest, 'id'> | undefined;
	return request ? {...event, request: {id: event.id, ...request}} : null;
}

export function joinAccepted(head: object, body: string | null): AnswerAccepted | null {
	const event = head as Omit<AnswerAccepted, 'value'>;
	if (body === null) {
		return {...event, value: null};
	}

	const read = parseJson(body) as {readonly value?: unknown} | undefined;
	return read ? {...event, value: read.value ?? null} : null;
}
