import {proxyFrom} from '../api/proxy.ts';
import {mostConcurrency} from '../domain/concurrency-step.ts';
import type {Transport} from '../domain/ports.ts';
import {parseScript} from '../simulator/script.ts';
import {readSpec} from '../spec/read-spec.ts';
import type {Spec} from '../spec/spec.ts';
import {kindOf, runDirectory} from '../store/run-directory.ts';
import {ceilingObstacle, checkCeilings} from './check-ceilings.ts';
import {readEnvironment} from './environment.ts';
import {type HookPlan, hookPlanOf} from './hook-plan.ts';
import {laneReason} from './lane-reason.ts';
import {openRun} from './open-run.ts';
import {openWay} from './open-way.ts';
import {accessOf} from './provider-access.ts';
import {loadTokenCounter, queueRulesOf} from './queue-rules-of.ts';
import type {RunOptions} from './run-options.ts';
import {runPathOf} from './run-path.ts';
import {type Session, startSession} from './session.ts';
import {sessionSettings} from './session-settings.ts';
import {systemClock} from './system-clock.ts';

/** A session at work, and the commands that its spec wants run. */
export type StartedRun = Session & {readonly hooks: HookPlan};

/**
 * From the command line to a session at work. Whatever can be wrong about spec, key or address is found before
 * anything is created. `transport` stands in for the network in benchmarks, `given` for the spec: a wipe reads the
 * run's own copy.
 */
export async function startRun(
	options: RunOptions,
	transport?: Transport,
	given?: Spec,
): Promise<StartedRun> {
	const spec = given ?? (await readSpec(options.specPath, {set: options.set}));
	const {env, warnings} = await readEnvironment(options.envFile);
	const settings = sessionSettings(spec, options);
	const queueRules = queueRulesOf(spec);
	await checkCeilings(spec, options, settings, queueRules);
	const isReal = options.simulate === null && !transport;
	const access = () => (isReal ? accessOf(spec, options, env) : []);
	parseScript(options.simulate ?? '');
	if (kindOf(runDirectory(runPathOf(options.specPath, options.dir))) === 'new') {
		access();
	}

	// Opened as calls need them; a person may raise the concurrency up to the bound while the run goes on.
	const connections = Math.max(settings.rate.concurrency, mostConcurrency);
	const run = await openRun(spec, options);
	try {
		const {close, ...way} = transport
			? {transport, batches: null, close: async () => {}}
			: await openWay(
					spec,
					options,
					run,
					{providers: access(), connections, proxy: proxyFrom(env)},
					settings.retry.timeoutMs,
				);
		const counter = await loadTokenCounter(spec.queues, queueRules, settings, run.state);
		const session = startSession({
			...run,
			...way,
			name: spec.name,
			queueRules,
			countTokens: counter.count,
			ceilingObstacle: ceilingObstacle(spec, queueRules, run.prices),
			onlyProcess: options.onlyProcess,
			clock: systemClock,
			settings,
			rules: {retry: settings.retry, answer: spec.answer, schemaCheck: spec.schemaCheck, random: Math.random},
			leaveWhenStuck: options.leaveWhenStuck,
			unpause: options.unpause,
			notices: [...options.warnings, ...run.notices, ...warnings, ...spec.warnings],
			laneReason: laneReason(run.state, run.source, queueRules, settings, options.onlyProcess),
			onEnd: close,
		});
		session.onEvent(({type}) => {
			if (type === 'ceiling-raised') {
				void counter.sharpen();
			}
		});
		return {...session, hooks: hookPlanOf(spec, options.apiKeyEnv)};
	} catch (error) {
		await run.store.close();
		throw error;
	}
}
