//! The position, direction and size of painted text (ISO 32000-1, 8.3 and 9.4).

use lopdf::Object;

/// A transformation matrix, as six numbers (ISO 32000-1, 8.3.3).
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix(pub(super) [f32; 6]);

impl Matrix {
    /// The matrix that changes nothing.
    pub(super) const NONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// Reads a matrix from the operands of an operation.
    pub(super) fn of(operands: &[Object]) -> Option<Self> {
        let mut numbers = [0.0; 6];
        for (number, operand) in numbers.iter_mut().zip(operands) {
            *number = operand.as_float().ok()?;
        }
        (operands.len() == numbers.len()).then_some(Self(numbers))
    }

    /// Returns the matrix that applies this one first, then another.
    pub(super) fn then(self, Self([a, b, c, d, e, f]): Self) -> Self {
        let Self([p, q, r, s, t, u]) = self;
        Self([
            p * a + q * c,
            p * b + q * d,
            r * a + s * c,
            r * b + s * d,
            t * a + u * c + e,
            t * b + u * d + f,
        ])
    }
}

/// The state that determines where the next text is painted.
#[derive(Debug, Clone)]
pub(super) struct Pen {
    /// From the coordinates of the content to those of the page.
    pub(super) page: Matrix,
    kept: Vec<Matrix>,
    line: Matrix,
    size: f32,
    /// Whether the pen was placed anew since the last text.
    pub(super) has_moved: bool,
}

impl Pen {
    /// Creates a pen for content in these coordinates.
    pub(super) fn new(page: Matrix) -> Self {
        Self { page, kept: Vec::new(), line: Matrix::NONE, size: 1.0, has_moved: true }
    }

    /// Returns where on the page the next letters are painted.
    pub(super) fn place(&self) -> PenPlace {
        let Matrix([a, b, _, _, x, y]) = self.line.then(self.page);
        let scale = a.hypot(b);
        let ahead = if scale > 0.0 { [a / scale, b / scale] } else { [1.0, 0.0] };
        PenPlace { at: [x, y], ahead, size: self.size.abs() * scale }
    }

    fn move_by(&mut self, right: f32, up: f32) {
        self.line = Matrix([1.0, 0.0, 0.0, 1.0, right, up]).then(self.line);
        self.has_moved = true;
    }

    /// Applies an operation that moves the text position.
    pub(super) fn follow(&mut self, operator: &str, operands: &[Object]) {
        let number = |n: usize| operands.get(n).and_then(|n| n.as_float().ok()).unwrap_or(0.0);
        match operator {
            "q" => self.kept.push(self.page),
            "Q" => self.page = self.kept.pop().unwrap_or(self.page),
            "cm" => self.page = Matrix::of(operands).unwrap_or(Matrix::NONE).then(self.page),
            "BT" => (self.line, self.has_moved) = (Matrix::NONE, true),
            "Tf" => self.size = number(1),
            "Tm" => {
                (self.line, self.has_moved) = (Matrix::of(operands).unwrap_or(Matrix::NONE), true);
            }
            "Td" | "TD" => self.move_by(number(0), number(1)),
            "T*" | "'" | "\"" => self.move_by(0.0, -self.size),
            _ => {}
        }
    }
}

/// A place on a page where letters are painted.
#[derive(Debug, Clone, Copy)]
pub(super) struct PenPlace {
    at: [f32; 2],
    /// The direction in which a line of text runs, of length 1.
    ahead: [f32; 2],
    /// The size of the letters.
    pub(super) size: f32,
}

/// How far a place is from another one, measured along the direction in which text runs there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// The distance along the line.
    pub(super) along: f32,
    /// The distance from the line.
    pub(super) across: f32,
    /// Whether text runs in the same direction at both places.
    pub(super) is_straight: bool,
}

impl PenPlace {
    /// Returns the step from another place to this one.
    pub(super) fn from(self, other: Self) -> Step {
        /// The least cosine of the angle between texts on one line: about 8 degrees.
        const STRAIGHT: f32 = 0.99;
        let [right, up] = [self.at[0] - other.at[0], self.at[1] - other.at[1]];
        let [x, y] = self.ahead;
        let turn = x * other.ahead[0] + y * other.ahead[1];
        Step { along: right * x + up * y, across: up * x - right * y, is_straight: turn > STRAIGHT }
    }
}
