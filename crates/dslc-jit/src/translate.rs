//! A loop program as one Cranelift function.

mod address;
mod control;
mod kernel;
mod op;

use cranelift_codegen::ir::{self, AbiParam, InstBuilder, MemFlagsData, Type, Value, types};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Variable};
use cranelift_jit::JITModule;
use cranelift_module::{Linkage, Module};
use dslc_ir::mach::{Lane, V};
use dslc_loops::Program;
use dslc_loops::program::{Block, BufferId, Place, Register, Stmt};
use dslc_runtime::context::Frame;

use crate::error::JitError;

/// What the function gives when it ran to its end.
pub(crate) const FINISHED: i32 = 0;
/// What it gives when it left at a poll, or for want of memory; the frame says which.
const LEFT: i64 = 1;

/// The tapes of a program; a tape's number is its position among them.
pub(crate) fn tapes(program: &Program) -> impl Iterator<Item = BufferId> {
    program.buffers.iter_enumerated().filter(|(_, b)| b.place == Place::Tape).map(|(id, _)| id)
}

/// Writes the function of a program.
pub(crate) fn function(
    program: &Program,
    module: &mut JITModule,
    func: &mut ir::Function,
    context: &mut FunctionBuilderContext,
    count_steps: bool,
) -> Result<(), JitError> {
    let pointer = module.target_config().pointer_type();
    func.signature.params.extend([AbiParam::new(pointer); 5]);
    func.signature.returns.push(AbiParam::new(types::I32));
    let config = module.target_config();
    let builder = FunctionBuilder::new(func, context);
    let mut translator = Translator::new(program, module, builder, pointer)?;
    translator.count_steps = count_steps;
    translator.block(&program.body)?;
    translator.finish();
    translator.builder.finalize(config);
    Ok(())
}

/// Where the elements of a buffer begin.
#[derive(Clone, Copy)]
enum Base {
    /// An address that does not change.
    Fixed(Value),
    /// A tape's: what the last allocation gave.
    Tape(Variable),
}

/// What a register of the program is here.
#[derive(Clone, Copy)]
enum Slot {
    Undefined,
    Value(Value),
    Variable(Variable),
}

struct Translator<'a> {
    program: &'a Program,
    module: &'a mut JITModule,
    builder: FunctionBuilder<'a>,
    pointer: Type,
    frame: Value,
    /// The address of the flag that stops the program.
    interrupt: Value,
    bases: Vec<Base>,
    slots: Vec<Slot>,
    /// The block that leaves early.
    leave: ir::Block,
    kernels: Vec<(&'static str, ir::FuncRef)>,
    /// Whether polls count.
    count_steps: bool,
}

impl<'a> Translator<'a> {
    fn new(
        program: &'a Program,
        module: &'a mut JITModule,
        mut builder: FunctionBuilder<'a>,
        pointer: Type,
    ) -> Result<Self, JitError> {
        let entry = builder.create_block();
        builder.append_block_params_for_function_params(entry);
        builder.switch_to_block(entry);
        builder.seal_block(entry);
        let &[frame, params, results, constants, arena] = builder.block_params(entry) else {
            return Err(JitError::Backend("the entry block lacks parameters".to_string()));
        };
        let fixed = MemFlagsData::trusted().with_readonly().with_can_move();
        let interrupt = builder.ins().load(pointer, fixed, frame, Frame::INTERRUPT);
        let leave = builder.create_block();
        builder.set_cold_block(leave);
        let slots = vec![Slot::Undefined; program.registers.len()];
        let (bases, kernels) = (Vec::new(), Vec::new());
        let mut this = Self {
            program,
            module,
            builder,
            pointer,
            frame,
            interrupt,
            bases,
            slots,
            leave,
            kernels,
            count_steps: false,
        };
        this.find_buffers(params, results, constants, arena);
        this.declare_variables();
        Ok(this)
    }

    /// Loads the address of each buffer, once, from the tables of the caller.
    fn find_buffers(&mut self, params: Value, results: Value, constants: Value, arena: Value) {
        let fixed = MemFlagsData::trusted().with_readonly().with_can_move();
        let mut constant = 0;
        for buffer in self.program.buffers.iter() {
            let (table, position) = match buffer.place {
                Place::Param(k) => (params, k),
                Place::Result(k) => (results, k),
                Place::Data(_) => {
                    constant += 1;
                    (constants, constant - 1)
                }
                Place::Arena(offset) => {
                    let base = self.builder.ins().iadd_imm_s(arena, offset as i64);
                    self.bases.push(Base::Fixed(base));
                    continue;
                }
                Place::Tape => {
                    let variable = self.builder.declare_var(self.pointer);
                    let null = self.builder.ins().iconst(self.pointer, 0);
                    self.builder.def_var(variable, null);
                    self.bases.push(Base::Tape(variable));
                    continue;
                }
            };
            let entry = position as i32 * self.pointer.bytes() as i32;
            let base = self.builder.ins().load(self.pointer, fixed, table, entry);
            self.bases.push(Base::Fixed(base));
        }
    }

    fn declare_variables(&mut self) {
        for (k, register) in self.program.registers.iter().enumerate() {
            if register.variable {
                self.slots[k] = Slot::Variable(self.builder.declare_var(clif_type(*register)));
            }
        }
    }

    fn finish(&mut self) {
        let finished = self.builder.ins().iconst(types::I32, i64::from(FINISHED));
        self.builder.ins().return_(&[finished]);
        self.builder.switch_to_block(self.leave);
        self.builder.seal_block(self.leave);
        let left = self.builder.ins().iconst(types::I32, LEFT);
        self.builder.ins().return_(&[left]);
    }

    fn block(&mut self, block: &Block) -> Result<(), JitError> {
        block.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<(), JitError> {
        match stmt {
            Stmt::Op(to, op) => {
                let value = self.op(*to, *op)?;
                self.define(*to, value)
            }
            Stmt::Set(to, from) | Stmt::Get(to, from) => {
                let value = self.get(*from)?;
                self.define(*to, value)
            }
            Stmt::Load(to, address) => self.load(*to, address),
            Stmt::Store(address, from) => self.store(address, *from),
            Stmt::Splat(to, from) => {
                let (ty, value) = (clif_type(self.program.register(*to)), self.get(*from)?);
                let value = self.builder.ins().splat(ty, value);
                self.define(*to, value)
            }
            Stmt::Ramp(to, from) => self.ramp(*to, *from),
            Stmt::Extract { to, from, lane } => {
                let value = self.get(*from)?;
                let value = self.builder.ins().extractlane(value, *lane);
                self.define(*to, value)
            }
            Stmt::Fail(fail) => self.fail(fail),
            Stmt::For(it) => self.counted(it),
            Stmt::While(it) => self.conditional(it),
            Stmt::If { cond, then, otherwise } => self.choose(*cond, then, otherwise),
            Stmt::Kernel(kernel) => self.kernel(kernel),
            Stmt::Alloc { buffer, elements } => self.alloc(*buffer, *elements),
        }
    }

    /// The value of a register.
    fn get(&mut self, v: V) -> Result<Value, JitError> {
        match self.slots.get(v.0 as usize) {
            Some(&Slot::Value(value)) => Ok(value),
            Some(&Slot::Variable(variable)) => Ok(self.builder.use_var(variable)),
            _ => Err(JitError::Program(format!("{v:?} is used before it is defined"))),
        }
    }

    fn define(&mut self, v: V, value: Value) -> Result<(), JitError> {
        match self.slots.get_mut(v.0 as usize) {
            Some(Slot::Variable(variable)) => {
                self.builder.try_def_var(*variable, value).map_err(|e| JitError::Program(e.to_string()))
            }
            Some(slot) => {
                *slot = Slot::Value(value);
                Ok(())
            }
            None => Err(JitError::Program(format!("{v:?} is not a register"))),
        }
    }

    /// The type of a register of the program.
    fn register(&self, v: V) -> Register {
        self.program.register(v)
    }

    /// Calls a function of the runtime by name.
    fn call(&mut self, name: &'static str, args: &[Value], returns: &[Type]) -> Result<ir::Inst, JitError> {
        let known = self.kernels.iter().find(|(n, _)| *n == name).map(|&(_, f)| f);
        let func = match known {
            Some(func) => func,
            None => self.import(name, args, returns)?,
        };
        Ok(self.builder.ins().call(func, args))
    }

    fn import(
        &mut self,
        name: &'static str,
        args: &[Value],
        returns: &[Type],
    ) -> Result<ir::FuncRef, JitError> {
        let mut signature = self.module.make_signature();
        let types = args.iter().map(|&v| self.builder.func.dfg.value_type(v));
        signature.params.extend(types.map(AbiParam::new));
        signature.returns.extend(returns.iter().copied().map(AbiParam::new));
        let id = self.module.declare_function(name, Linkage::Import, &signature);
        let id = id.map_err(|e| JitError::Backend(e.to_string()))?;
        let func = self.module.declare_func_in_func(id, self.builder.func);
        self.kernels.push((name, func));
        Ok(func)
    }
}

/// The type of a scalar lane; a bool is a byte.
fn lane_type(lane: Lane) -> Type {
    match lane {
        Lane::F64 => types::F64,
        Lane::F32 => types::F32,
        Lane::I64 => types::I64,
        Lane::I32 => types::I32,
        Lane::Bool => types::I8,
    }
}

/// The type of a register. A vector of bools is a mask as wide as what was compared.
fn clif_type(register: Register) -> Type {
    match (register.lane, register.width) {
        (lane, 1) => lane_type(lane),
        (Lane::F64, _) => types::F64X2,
        (Lane::F32, _) => types::F32X4,
        (Lane::I64, _) | (Lane::Bool, 2) => types::I64X2,
        (Lane::I32, _) | (Lane::Bool, _) => types::I32X4,
    }
}
