import {lastRoundSource} from '../domain/rounds-source.ts';
import {buildDetail} from '../view/build-detail.ts';
import type {RecordSources} from './read-record.ts';
import type {SessionOptions} from './session-options.ts';

/** What a session shows of single requests: those that are done as they were asked last. */
export function sessionRecords({state, source, store, rules, curlOf}: SessionOptions): RecordSources {
	const {rounds} = rules;
	const shown = lastRoundSource(source, state, rounds, offset => store.readEvent(offset, false));
	return {
		state,
		source: shown,
		readRows: store.readRows,
		readDetail: index => buildDetail(state, shown, store.readEvent, rules.answer, index, rounds),
		curlOf,
	};
}
