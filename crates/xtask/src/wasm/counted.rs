//! A wasm module that counts its instructions.
//!
//! Each run of instructions up to the next that may branch adds its length to a global, which is exported: so the counts are the
//! same in every engine and in each run, and the module does what it did. The counting itself is not counted.

use anyhow::Result;
use walrus::ir::{BinaryOp, Binop, Const, GlobalGet, GlobalSet, Instr, InstrLocId, InstrSeqId, Value};
use walrus::{ConstExpr, GlobalId, LocalFunction, Module, ValType};

/// The name of the exported counter, an i64.
const COUNTER: &str = "instructions";

/// The module with the counter.
pub(crate) fn counted(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(wasm)?;
    let counter = module.globals.add_local(ValType::I64, true, false, ConstExpr::Value(Value::I64(0)));
    module.exports.add(COUNTER, counter);
    for (_, function) in module.funcs.iter_local_mut() {
        count_in(function, counter);
    }
    Ok(module.emit_wasm())
}

fn count_in(function: &mut LocalFunction, counter: GlobalId) {
    let mut open = vec![function.entry_block()];
    while let Some(id) = open.pop() {
        let sequence = &mut function.block_mut(id).instrs;
        let mut counted = Vec::with_capacity(sequence.len());
        let mut run = Vec::new();
        for (instruction, place) in sequence.drain(..) {
            open.extend(inner(&instruction));
            let branches = may_branch(&instruction);
            run.push((instruction, place));
            if branches {
                flush(&mut run, &mut counted, counter);
            }
        }
        flush(&mut run, &mut counted, counter);
        *sequence = counted;
    }
}

/// Writes a run of instructions after what counts them.
fn flush(run: &mut Vec<(Instr, InstrLocId)>, counted: &mut Vec<(Instr, InstrLocId)>, counter: GlobalId) {
    let Ok(length @ 1..) = i64::try_from(run.len()) else { return };
    let add: [Instr; 4] = [
        GlobalGet { global: counter }.into(),
        Const { value: Value::I64(length) }.into(),
        Binop { op: BinaryOp::I64Add }.into(),
        GlobalSet { global: counter }.into(),
    ];
    counted.extend(add.map(|instruction| (instruction, InstrLocId::default())));
    counted.append(run);
}

/// The sequences within an instruction.
fn inner(instruction: &Instr) -> Vec<InstrSeqId> {
    match instruction {
        Instr::Block(block) => vec![block.seq],
        Instr::Loop(block) => vec![block.seq],
        Instr::IfElse(either) => vec![either.consequent, either.alternative],
        _ => Vec::new(),
    }
}

/// Whether what follows it may not run. A call comes back, or it is a trap.
fn may_branch(instruction: &Instr) -> bool {
    matches!(
        instruction,
        Instr::Block(_)
            | Instr::Loop(_)
            | Instr::IfElse(_)
            | Instr::Br(_)
            | Instr::BrIf(_)
            | Instr::BrTable(_)
            | Instr::Return(_)
            | Instr::Unreachable(_)
    )
}

#[cfg(test)]
mod tests {
    use walrus::ir::{BinaryOp, Instr, UnaryOp, Value};
    use walrus::{FunctionBuilder, Module, ModuleConfig, ValType};

    use super::counted;

    /// What is added to the counter, sequence by sequence.
    fn added(wasm: &[u8]) -> Vec<i64> {
        let module = Module::from_buffer(wasm).unwrap();
        let (_, function) = module.funcs.iter_local().next().unwrap();
        let mut lengths = Vec::new();
        let mut open = vec![function.entry_block()];
        while let Some(id) = open.pop() {
            for (instruction, _) in &function.block(id).instrs {
                open.extend(super::inner(instruction));
                if let Instr::Const(constant) = instruction
                    && let Value::I64(length) = constant.value
                {
                    lengths.push(length);
                }
            }
        }
        lengths
    }

    #[test]
    fn runs_end_where_what_follows_may_not_run() {
        let mut module = Module::with_config(ModuleConfig::new());
        let mut function = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[ValType::I32]);
        let argument = module.locals.add(ValType::I32);
        // local.get, i32.eqz, and the if: three. In it i32.const and return: two. After it local.get, i32.const, i32.add: three.
        function.func_body().local_get(argument).unop(UnaryOp::I32Eqz).if_else(
            None,
            |then| {
                then.i32_const(7).return_();
            },
            |_| {},
        );
        function.func_body().local_get(argument).i32_const(1).binop(BinaryOp::I32Add);
        let function = function.finish(vec![argument], &mut module.funcs);
        module.exports.add("f", function);
        assert_eq!(added(&counted(&module.emit_wasm()).unwrap()), [3, 3, 2]);
    }
}
