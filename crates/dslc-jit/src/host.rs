//! The compiler's settings and its three ways out: code to run, Cranelift's text, assembly.

use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_codegen::{CodegenError, Context};
use cranelift_frontend::FunctionBuilderContext;
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Module, ModuleError, default_libcall_names};
use dslc_loops::Program;
use dslc_runtime::kernels;

use crate::check;
use crate::compiled::Compiled;
use crate::error::JitError;
use crate::translate;

/// How much work goes into the code.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Tier {
    /// Soonest to run: no optimisation, one-pass register allocation. For code that runs once.
    Quick,
    /// Common subexpressions, invariants out of loops, good register allocation.
    #[default]
    Full,
}

/// How to compile.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Options {
    /// How much work goes into the code.
    pub tier: Tier,
    /// Whether the code counts the rounds of its loops, as [`dslc_runtime::context::Context::set_steps`] bounds them.
    pub count_steps: bool,
    /// Whether to check the register allocator's work symbolically; slow, for tests.
    pub check_allocation: bool,
}

/// A compiler for this host. It keeps nothing between programs.
pub struct Jit {
    isa: OwnedTargetIsa,
    count_steps: bool,
}

impl std::fmt::Debug for Jit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Jit").field("isa", &self.isa.name()).finish()
    }
}

impl Jit {
    /// A compiler with the default options.
    pub fn new() -> Result<Self, JitError> {
        Self::with_options(Options::default())
    }

    /// A compiler with these options.
    pub fn with_options(options: Options) -> Result<Self, JitError> {
        let host = |e: &dyn std::fmt::Display| JitError::Host(e.to_string());
        let flags = flags(options).map_err(|e| host(&e))?;
        let isa = cranelift_native::builder().map_err(|e| host(&e))?;
        let isa = isa.finish(flags).map_err(|e| host(&e))?;
        Ok(Self { isa, count_steps: options.count_steps })
    }

    /// Machine code for a program.
    pub fn compile(&self, program: &Program) -> Result<Compiled, JitError> {
        let mut module = self.module();
        let (mut context, id) = self.translate(program, &mut module)?;
        module.define_function(id, &mut context).map_err(refused)?;
        module.finalize_definitions().map_err(refused)?;
        Compiled::new(module, id, program)
    }

    /// The translation as Cranelift's text, before its optimisations.
    pub fn emit_clif(&self, program: &Program) -> Result<String, JitError> {
        let (context, _) = self.translate(program, &mut self.module())?;
        Ok(context.func.display().to_string())
    }

    /// The machine code as text.
    pub fn emit_asm(&self, program: &Program) -> Result<String, JitError> {
        let (mut context, _) = self.translate(program, &mut self.module())?;
        context.set_disasm(true);
        let code = context
            .compile(&*self.isa, &mut Default::default())
            .map_err(|e| refused(ModuleError::Compilation(e.inner)))?;
        code.vcode.clone().ok_or_else(|| JitError::Backend("there is no disassembly".to_string()))
    }

    fn module(&self) -> JITModule {
        let mut builder = JITBuilder::with_isa(self.isa.clone(), default_libcall_names());
        builder.symbols(kernels::symbols());
        JITModule::new(builder)
    }

    fn translate(&self, program: &Program, module: &mut JITModule) -> Result<(Context, FuncId), JitError> {
        check::buffers(program)?;
        dslc_loops::verify::verify(program).map_err(JitError::Program)?;
        let mut context = module.make_context();
        let mut builder = FunctionBuilderContext::new();
        translate::function(program, module, &mut context.func, &mut builder, self.count_steps)?;
        let id = module.declare_anonymous_function(&context.func.signature).map_err(refused)?;
        Ok((context, id))
    }
}

fn flags(options: Options) -> Result<settings::Flags, settings::SetError> {
    let mut flags = settings::builder();
    flags.set("use_colocated_libcalls", "false")?;
    flags.set("is_pic", "false")?;
    // Shapes of code that WebAssembly does not make are less tested upstream, so the verifier stays on.
    flags.set("enable_verifier", "true")?;
    if options.check_allocation {
        flags.set("regalloc_checker", "true")?;
    }
    let (level, allocator) = match options.tier {
        Tier::Quick => ("none", "single_pass"),
        Tier::Full => ("speed", "backtracking"),
    };
    flags.set("opt_level", level)?;
    flags.set("regalloc_algorithm", allocator)?;
    Ok(settings::Flags::new(flags))
}

/// What Cranelift says, with the verifier's findings spelt out.
fn refused(error: ModuleError) -> JitError {
    JitError::Backend(match error {
        ModuleError::Compilation(CodegenError::Verifier(errors)) => errors.to_string(),
        other => other.to_string(),
    })
}
